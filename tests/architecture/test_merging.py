"""Every relation to a customer file has a rule for merging, told by the app that owns it."""

from django.apps import apps
from django.db.models import ForeignKey
from pghistory.models import Event

from customers.models import Contact, Customer
from customers.services.merge_rules import merge_rules

# Rows that name any record by word and key: (the word's field, the key's field); the kind of a notice says of what it tells.
BY_WORD_AND_KEY = {("record", "object_pk"), ("record", "target_pk"), ("record", "record_pk"), ("kind", "record_pk")}


def relations_to_contacts() -> set[str]:
    """Keys of everything that points at a contact, the rows that name participants too."""
    models = [model for model in apps.get_models(include_auto_created=True) if not issubclass(model, Event)]
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in models
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is Contact
    }


def relations() -> set[str]:
    """app.model.field of everything that points at a customer; states of history stay where they were."""
    models = [model for model in apps.get_models() if not issubclass(model, Event)]
    keys = {
        f"{model._meta.label_lower}.{field.name}"
        for model in models
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is Customer
    }
    many = {
        f"{model._meta.label_lower}.{field.name}"
        for model in models
        for field in model._meta.local_many_to_many
        if field.related_model is Customer
    }
    named = {
        f"{model._meta.label_lower}.{key}"
        for model in models
        for word, key in BY_WORD_AND_KEY
        if {word, key} <= {field.name for field in model._meta.get_fields()}
    }
    return keys | many | named


def test_every_relation_to_a_customer_has_a_merge_rule_and_every_rule_a_relation():
    known = [rule.key for rule in merge_rules.rules]

    assert {"cargo.shipment.customer", "notices.notice.record_pk", "files.attachment.object_pk", "customers.customer.parent"} <= relations()
    assert sorted(relations() - set(known)) == []
    assert sorted(set(known) - relations()) == []
    assert len(known) == len(set(known))


def test_every_relation_to_a_contact_has_a_rule_for_twins_and_every_rule_a_relation():
    known = [rule.key for rule in merge_rules.of_twins]

    assert {"customers.observation.contact", "customers.interaction_contacts.contact", "feedback.complaint.contact"} <= set(known)
    assert sorted(relations_to_contacts()) == sorted(known)
