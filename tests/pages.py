"""What a page lets a person send: its forms, read from the HTML as a browser would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """One form: where it goes, how, and its fields with the values they start with."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


def forms(html: str) -> list[PageForm]:
    """The forms of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[PageForm] = []
        self.form: PageForm | None = None
        self.select = ""

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "form":
            method = values.get("method", "get").lower()
            self.form = PageForm(values.get("action", ""), method)
            self.found.append(self.form)
        elif self.form is not None:
            self._field(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = ""

    def _field(self, tag: str, values: dict[str, str]) -> None:
        assert self.form is not None
        name, value = values.get("name", ""), values.get("value", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if value and (
                not self.form.fields.get(self.select) or "selected" in values
            ):
                self.form.fields[self.select] = value
        elif tag in {"input", "textarea", "button"} and name:
            choice = values.get("type") in {"radio", "checkbox"}
            if not choice or not self.form.fields.get(name) or "checked" in values:
                self.form.fields[name] = value
