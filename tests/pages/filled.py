"""A form as a browser would send it: what stands in its fields, typed over where a person does."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            self.fields[name] = ""
        elif tag == "option" and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = value
        elif tag == "input" and name:
            ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if ticked:
                self.fields[name] = value if "value" in given else "on"

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A line feed right behind the tag is the markup's own.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


def filled(html: str, **typed: str | None) -> dict[str, str]:
    """The fields of a page's forms; `__` in a name stands for a full stop, None unticks a box."""
    reader = _Fields()
    reader.feed(html)
    fields = reader.fields
    for name, value in typed.items():
        key = name.replace("__", ".")
        if value is None:
            fields.pop(key, None)
        else:
            fields[key] = value
    return fields
