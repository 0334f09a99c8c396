from bistro.orm import fields, migrations

operations = [
    migrations.RenameField("Dish", "price", "large"),
    migrations.AddField(
        "Dish", "small", fields.DecimalField(max_digits=6, decimal_places=2, null=True)
    ),
    migrations.RunSQL(
        "UPDATE dish SET small = round(large * 0.6, 1) WHERE large > 10",
        [],
    ),
]
