"""How the fields of this app look."""

SELECT = {"class": "form-select"}
CONTROL = {"class": "form-control"}
