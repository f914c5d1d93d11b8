"""What pages say about guided flows: kinds of steps, what is wrong with one, what is wrong with an answer."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "say": _("Tell something"),
    "choose": _("Ask with answers to choose"),
    "form": _("Ask for values"),
    "lookup": _("Look something up"),
    "test": _("Branch by a value"),
    "end": _("End and ask whether it helped"),
    "person": _("Give to a person"),
}
ICONS = {
    "say": "message-2",
    "choose": "list",
    "form": "forms",
    "lookup": "search",
    "test": "route",
    "end": "circle-check",
    "person": "user",
}
PROBLEMS = {
    "empty": _("There is no step yet."),
    "too_long": _("More than 60 steps: please make two flows of it."),
    "way_to_nowhere": _("A way leads to a step that is not there:"),
    "text_missing": _("The text is missing."),
    "text_too_long": _("The text has more than 2,000 characters."),
    "name_unknown": _("Nothing before gives this value:"),
    "options_missing": _("At least two answers are needed, each with words."),
    "fields_missing": _("At least one value has to be asked for."),
    "key_invalid": _("The name of a value has small letters, digits and underscores:"),
    "action_unknown": _("The system to ask is not set up."),
    "unreachable": _("No way leads here."),
    "loop": _("It turns in circles without asking anybody anything."),
}
ERRORS = {
    "needed": _("Please fill this in."),
    "too_long": _("At most 500 characters, please."),
    "number": _("Please write a number."),
    "date": _("Please give a date."),
    "email": _("Please write an e-mail address."),
    "phone": _("Please write a phone number."),
    "choice_unknown": _("Please choose one of the answers."),
    "form_unknown": _("This step was answered already."),
}
OPERATORS = {
    "is": _("is"),
    "is_not": _("is not"),
    "contains": _("contains"),
    "over": _("is more than"),
    "under": _("is less than"),
    "given": _("is known"),
}
FIELD_KINDS = {
    "text": _("Text"),
    "number": _("Number"),
    "date": _("Date"),
    "email": _("E-mail"),
    "phone": _("Phone"),
}
