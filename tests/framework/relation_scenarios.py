"""What can be done with relations, in words that Bistro and Django share.

A scenario is a function of a house `m`: it has the models as attributes; `m.counted(call)` gives
what a call returns and how many queries it took; `m.refused(call)` why it was refused, or None. A
scenario returns plain data. Each begins with the rows of `fill`.
"""


def fill(m):
    """Begin with three tables, three waiters, three orders, dishes with labels, three guests."""
    tables = [m.Table.objects.create(id=n, number=number) for n, number in ((1, 4), (2, 7), (3, 9))]
    ada = m.Waiter.objects.create(id=1, name="Ada")
    ben = m.Waiter.objects.create(id=2, name="Ben", chief=ada)
    cy = m.Waiter.objects.create(id=3, name="Cy", chief=ada)
    dishes = [
        m.Dish.objects.create(id=n, name=name)
        for n, name in enumerate(("Soup", "Bread", "Cake"), 1)
    ]
    labels = {word: m.Label.objects.create(word=word) for word in ("hot", "new", "vegan")}
    dishes[0].labels.add(labels["hot"], labels["vegan"])
    dishes[1].labels.add(labels["vegan"])
    orders = [
        m.Order.objects.create(id=1, table=tables[0], waiter=ben, note="window"),
        m.Order.objects.create(id=2, table=tables[0], waiter=cy, note="birthday"),
        m.Order.objects.create(id=3, table=tables[1], note=""),
    ]
    for n, (order, dish, count) in enumerate(((0, 0, 2), (0, 1, 1), (1, 0, 4), (2, 2, 5)), 1):
        m.Item.objects.create(id=n, order=orders[order], dish=dishes[dish], count=count)
    guests = [m.Guest.objects.create(id=n, name=name) for n, name in enumerate("ABC", 1)]
    guests[0].follows.add(guests[1], guests[2])
    guests[1].follows.add(guests[0])


def keys(rows):
    return sorted(row.pk for row in rows)


def there(m):
    order = m.Order.objects.get(pk=1)
    first = m.counted(lambda: order.table.number)
    return first, m.counted(lambda: order.table.number), order.table is order.table


def there_is_nothing(m):
    order = m.Order.objects.get(pk=3)
    return m.counted(lambda: order.waiter), order.waiter_id


def another_is_assigned(m):
    order = m.Order.objects.get(pk=1)
    table = m.Table.objects.get(pk=2)
    order.table = table
    same = m.counted(lambda: order.table is table)
    order.save()
    return same, order.table_id, m.Order.objects.get(pk=1).table.number


def none_is_assigned(m):
    order = m.Order.objects.get(pk=1)
    name = order.waiter.name
    order.waiter = None
    order.save()
    return name, order.waiter_id, m.Order.objects.get(pk=1).waiter


def the_key_is_assigned(m):
    order = m.Order.objects.get(pk=1)
    before = order.table.number
    order.table_id = 2
    return before, m.counted(lambda: order.table.number), m.counted(lambda: order.table.number)


def the_key_is_set_to_none(m):
    order = m.Order.objects.get(pk=1)
    before = order.waiter.name
    order.waiter_id = None
    during = order.waiter
    order.save()
    return before, during, m.Order.objects.get(pk=1).waiter_id


def what_is_no_instance(m):
    order = m.Order.objects.get(pk=1)
    dish = m.Dish.objects.get(pk=1)
    return [
        m.refused(lambda wrong=wrong: setattr(order, "table", wrong)) for wrong in (1, "1", dish)
    ]


def what_was_not_saved(m):
    order = m.Order(note="x")
    order.table = m.Table(number=11)
    return m.refused(order.save), m.Order.objects.count()


def what_was_saved_later(m):
    table = m.Table(number=11)
    order = m.Order(table=table, note="x")
    table.save()
    order.save()
    return order.table is table, m.Order.objects.get(pk=order.pk).table.number


def a_dangling_key(m):
    return m.refused(lambda: m.check(m.Order.objects.create(table_id=99, note="x")))


def back(m):
    table = m.Table.objects.get(pk=1)
    return (
        m.counted(lambda: keys(table.orders.all())),
        m.counted(lambda: table.orders.count()),
        keys(table.orders.filter(note="window")),
        keys(table.orders.exclude(note="window")),
        table.orders.filter(waiter__name="Cy").exists(),
        keys(m.Dish.objects.get(pk=1).item_set.all()),
        keys(m.Table.objects.get(pk=3).orders.all()),
    )


def back_of_what_was_not_saved(m):
    return m.refused(lambda: list(m.Table(number=5).orders.all()))


def back_created(m):
    table = m.Table.objects.get(pk=3)
    order = table.orders.create(note="late")
    again, new = table.orders.get_or_create(note="late")
    return order.table is table, again == order, new, len(table.orders.all())


def back_added(m):
    ada = m.Waiter.objects.get(pk=1)
    order = m.Order.objects.get(pk=1)
    ada.orders.add(order, m.Order.objects.get(pk=3))
    return (
        keys(ada.orders.all()),
        order.waiter == ada,
        keys(m.Waiter.objects.get(pk=2).orders.all()),
    )


def back_added_wrong(m):
    ada = m.Waiter.objects.get(pk=1)
    dish = m.Dish.objects.get(pk=1)
    return m.refused(lambda: ada.orders.add(dish)), m.refused(lambda: ada.orders.add(1))


def back_removed(m):
    ada = m.Waiter.objects.get(pk=1)
    ada.team.remove(m.Waiter.objects.get(pk=2))
    one = keys(ada.team.all())
    ada.team.clear()
    return one, keys(ada.team.all()), m.Waiter.objects.count()


def back_set(m):
    ada = m.Waiter.objects.get(pk=1)
    ada.orders.set([m.Order.objects.get(pk=3)])
    first = keys(ada.orders.all())
    ada.orders.set([m.Order.objects.get(pk=1), m.Order.objects.get(pk=3)])
    return first, keys(ada.orders.all())


def back_must_refer(m):
    table = m.Table.objects.get(pk=1)
    order = m.Order.objects.get(pk=1)
    return m.refused(lambda: table.orders.remove(order)), m.refused(lambda: table.orders.clear())


def back_is_not_assigned(m):
    table = m.Table.objects.get(pk=1)
    return m.refused(lambda: setattr(table, "orders", []))


def joined(m):
    def look():
        orders = m.Order.objects.select_related("table", "waiter__chief").order_by("pk")
        return [
            (one.table.number, one.waiter and (one.waiter.name, one.waiter.chief.name))
            for one in orders
        ]

    return m.counted(look)


def joined_wrongly(m):
    return [
        m.refused(lambda name=name: list(m.Order.objects.select_related(name)))
        for name in ("items", "nobody", "table__orders")
    ]


def prefetched_back(m):
    def look():
        tables = m.Table.objects.prefetch_related("orders").order_by("pk")
        return [(table.number, keys(table.orders.all())) for table in tables]

    return m.counted(look)


def prefetched_there(m):
    def look():
        orders = m.Order.objects.prefetch_related("waiter", "table").order_by("pk")
        return [(one.waiter and one.waiter.name, one.table.number) for one in orders]

    return m.counted(look)


def prefetched_and_back(m):
    def look():
        tables = m.Table.objects.prefetch_related("orders")
        return [one.table is table for table in tables for one in table.orders.all()]

    return m.counted(look)


def prefetched_deep(m):
    def look():
        tables = m.Table.objects.prefetch_related("orders__items__dish__labels").order_by("pk")
        return [
            sorted(
                (item.dish.name, sorted(label.word for label in item.dish.labels.all()))
                for order in table.orders.all()
                for item in order.items.all()
            )
            for table in tables
        ]

    return m.counted(look)


def prefetched_shared(m):
    def look():
        orders = m.Order.objects.prefetch_related("items", "items__dish", "dishes")
        return sorted((one.pk, len(one.items.all()), len(one.dishes.all())) for one in orders)

    return m.counted(look)


def prefetched_of_none(m):
    none = m.Table.objects.filter(number=999)
    return m.counted(lambda: list(none.prefetch_related("orders__items")))


def prefetched_and_joined(m):
    def look():
        items = m.Item.objects.select_related("order").prefetch_related("dish__labels")
        return sorted((one.order.note, one.dish.name, len(one.dish.labels.all())) for one in items)

    return m.counted(look)


def prefetched_wrongly(m):
    return [
        m.refused(lambda name=name: list(m.Order.objects.prefetch_related(name)))
        for name in ("nobody", "note", "items__nobody")
    ]


def prefetched_then_filtered(m):
    table = m.Table.objects.prefetch_related("orders").get(pk=1)
    return (
        m.counted(lambda: (table.orders.count(), table.orders.exists())),
        m.counted(lambda: keys(table.orders.filter(note="window"))),
    )


def prefetched_then_changed(m):
    ada = m.Waiter.objects.prefetch_related("team").get(pk=1)
    soup = m.Dish.objects.prefetch_related("labels").get(pk=1)
    ada.team.remove(m.Waiter.objects.get(pk=2))
    soup.labels.add("new")
    return keys(ada.team.all()), keys(soup.labels.all())


def pairs(m):
    soup = m.Dish.objects.get(pk=1)
    return (
        m.counted(lambda: keys(soup.labels.all())),
        keys(m.Label.objects.get(pk="vegan").dishes.all()),
        keys(soup.order_set.all()),
        keys(m.Order.objects.get(pk=1).dishes.filter(labels="hot")),
    )


def pairs_added(m):
    soup, cake = m.Dish.objects.get(pk=1), m.Dish.objects.get(pk=3)
    new = m.Label.objects.get(pk="new")
    soup.labels.add(new, "hot", new)
    new.dishes.add(cake, soup)
    return keys(soup.labels.all()), keys(new.dishes.all()), soup.labels.count()


def pairs_added_wrong(m):
    soup = m.Dish.objects.get(pk=1)
    order = m.Order.objects.get(pk=1)
    return (
        m.refused(lambda: order.dishes.add(m.Guest.objects.get(pk=3))),
        m.refused(lambda: order.dishes.add(m.Dish(name="Tea"))),
        m.refused(lambda: order.dishes.add("soup")),
        m.refused(lambda: m.check(soup.labels.add("nothing"))),
        keys(soup.labels.all()),
        keys(order.dishes.all()),
    )


def pairs_removed(m):
    soup = m.Dish.objects.get(pk=1)
    soup.labels.remove("hot", m.Label.objects.get(pk="new"))
    first = keys(soup.labels.all())
    m.Label.objects.get(pk="vegan").dishes.clear()
    return first, keys(soup.labels.all()), m.Label.objects.count(), m.Dish.objects.count()


def pairs_set(m):
    order = m.Order.objects.get(pk=1)
    order.dishes.set([m.Dish.objects.get(pk=1), 3])
    rows = sorted(list(row) for row in order.items.values_list("dish_id", "count"))
    order.dishes.set([])
    return rows, m.Item.objects.count()


def pairs_created(m):
    soup = m.Dish.objects.get(pk=1)
    label = soup.labels.create(word="cheap")
    return keys(soup.labels.all()), keys(label.dishes.all())


def pairs_of_one_model(m):
    one, three = m.Guest.objects.get(pk=1), m.Guest.objects.get(pk=3)
    return (
        keys(one.follows.all()),
        keys(one.followers.all()),
        keys(three.follows.all()),
        keys(m.Guest.objects.filter(follows=three)),
        keys(m.Guest.objects.filter(followers__name="B")),
        keys(m.Guest.objects.exclude(follows=three)),
    )


def lookups(m):
    return [
        keys(query)
        for query in (
            m.Order.objects.filter(table__number=4),
            m.Order.objects.filter(table=m.Table.objects.get(pk=2)),
            m.Order.objects.filter(table=2),
            m.Order.objects.filter(table_id__in=[1]),
            m.Order.objects.filter(table__in=m.Table.objects.filter(number__lt=5)),
            m.Order.objects.filter(waiter__chief__name="Ada"),
            m.Order.objects.filter(waiter=None),
            m.Order.objects.filter(waiter__isnull=True),
            m.Order.objects.exclude(waiter__name="Ben"),
            m.Table.objects.filter(orders__isnull=True),
            m.Table.objects.filter(orders__note="birthday"),
            m.Table.objects.filter(orders__note="birthday", orders__waiter__name="Ben"),
            m.Table.objects.filter(orders__note="birthday").filter(orders__waiter__name="Ben"),
            m.Table.objects.exclude(orders__note="birthday"),
            m.Table.objects.filter(orders__waiter__isnull=False).distinct(),
            m.Dish.objects.filter(item__order__table__number=7),
            m.Dish.objects.filter(labels="vegan"),
            m.Dish.objects.filter(labels__word__startswith="ho"),
            m.Dish.objects.exclude(labels="vegan"),
            m.Dish.objects.filter(labels=None),
            m.Label.objects.filter(dishes__order__note="birthday"),
            m.Order.objects.filter(dishes__labels__word="hot", items__count=4),
        )
    ]


def ordered(m):
    return [
        [row.pk for row in query]
        for query in (
            m.Order.objects.order_by("-table__number", "pk"),
            m.Item.objects.order_by("dish__name", "-count"),
            m.Table.objects.order_by("orders__pk").filter(orders__pk__gt=0),
        )
    ]


def counted(m):
    tables = m.Table.objects.annotate(many=m.Count("orders")).order_by("pk")
    dishes = m.Dish.objects.annotate(sold=m.Sum("item__count")).order_by("pk")
    return (
        [(table.pk, table.many) for table in tables],
        [(dish.pk, dish.sold) for dish in dishes],
        m.Item.objects.filter(order__table__number=4).aggregate(total=m.Sum("count")),
        m.Table.objects.get(pk=1).orders.aggregate(many=m.Count("items")),
        [list(row) for row in m.Order.objects.order_by("pk").values_list("pk", "table__number")],
    )


def a_table_is_deleted(m):
    m.Table.objects.get(pk=1).delete()
    return keys(m.Order.objects.all()), keys(m.Item.objects.all()), m.Dish.objects.count()


def a_waiter_is_deleted(m):
    m.Waiter.objects.get(pk=1).delete()
    m.Waiter.objects.filter(pk=2).delete()
    rows = m.Order.objects.order_by("pk").values_list("pk", "waiter_id")
    return [(one.pk, one.chief_id) for one in m.Waiter.objects.all()], [list(row) for row in rows]


def a_dish_is_not_deleted(m):
    soup = m.Dish.objects.get(pk=1)
    refused = m.refused(soup.delete)
    m.Item.objects.filter(dish=1).delete()
    m.Dish.objects.get(pk=1).delete()
    return refused, keys(m.Dish.objects.all()), keys(m.Label.objects.filter(dishes__pk__gt=0))


def a_label_is_deleted(m):
    m.Label.objects.get(pk="vegan").delete()
    return keys(m.Dish.objects.get(pk=1).labels.all()), m.Dish.objects.count()


def two_lead_each_other(m):
    ada, ben = m.Waiter.objects.get(pk=1), m.Waiter.objects.get(pk=2)
    ada.chief = ben
    ada.save()
    before = m.Waiter.objects.get(pk=1).chief.chief.chief.name
    ben.delete()
    return before, m.Waiter.objects.get(pk=1).chief


def own_chief(m):
    ada = m.Waiter.objects.get(pk=1)
    ada.chief = ada
    ada.save()
    return keys(m.Waiter.objects.get(pk=1).team.all()), m.Waiter.objects.get(pk=1).chief.pk


def updated(m):
    m.Order.objects.filter(table__number=4).update(waiter=m.Waiter.objects.get(pk=1))
    m.Order.objects.filter(waiter__name="Ada", note="window").update(table=3)
    rows = m.Order.objects.order_by("pk").values_list("table_id", "waiter_id")
    return [list(row) for row in rows]


def deleted_across(m):
    m.Item.objects.filter(order__table__number=4, dish__labels="hot").delete()
    return keys(m.Item.objects.all())


HELPERS = ("fill", "keys")
SCENARIOS = {
    name: value
    for name, value in dict(globals()).items()
    if callable(value) and not name.startswith("_") and name not in HELPERS
}
