from bistro.orm import fields, migrations


def write_the_card(models):
    """The card of the first day."""
    for name, price in (
        ("Onion soup with bread", "6.50"),
        ("Trout with almonds", "18.90"),
        ("Walnut tart", "5.80"),
    ):
        models["Dish"].objects.create(name=name, price=price)


def take_it_down(models):
    """What is deleted with the table needs no undoing."""


operations = [
    migrations.CreateModel(
        "Dish",
        {
            "name": fields.CharField(max_length=60, unique=True),
            "price": fields.DecimalField(max_digits=6, decimal_places=2),
        },
    ),
    migrations.RunPython(write_the_card, take_it_down),
]
