from bistro.orm import fields, migrations, relations

FOUND_IN = {"gluten": ["bread", "tart"], "nuts": ["almond", "walnut"], "fish": ["trout"]}
"""The words by which a dish of today's card is known to have an allergen."""


def look_at_each_dish(models):
    """Give the dishes that are there their allergens, as far as their names tell."""
    for name, words in FOUND_IN.items():
        allergen = models["Allergen"].objects.create(name=name)
        for word in words:
            allergen.dishes.add(*models["Dish"].objects.filter(name__icontains=word))


def forget(models):
    """What is deleted with the tables needs no undoing."""


operations = [
    migrations.CreateModel("Allergen", {"name": fields.CharField(max_length=20, unique=True)}),
    migrations.AddField(
        "Dish", "allergens", relations.ManyToManyField("Allergen", related_name="dishes")
    ),
    migrations.RunPython(look_at_each_dish, forget),
]
