"""What python3-hl7 reads: JSON in, a list of texts; JSON out, for each message its parts, or none."""

import json
import sys

import hl7


def parts(message):
    seen = {}
    out = []
    for segment in message:
        name = str(segment[0])
        seen[name] = seen.get(name, 0) + 1
        for number in range(1, len(segment)):
            field = segment[number]
            whole = name in ("MSH", "BHS", "FHS") and number <= 2
            for r, repetition in enumerate(field if isinstance(field, hl7.Field) and not whole else [str(field)], 1):
                components = repetition if isinstance(repetition, hl7.Repetition) else [repetition]
                for c, component in enumerate(components, 1):
                    subs = component if isinstance(component, hl7.Component) else [component]
                    for s, sub in enumerate(subs, 1):
                        text = str(sub)
                        if text:
                            at = f"{name}[{seen[name]}]-{number}[{r}].{c}.{s}"
                            out.append({"at": at, "sent": text, "says": text if whole else message.unescape(text)})
    return out


def read(text):
    try:
        return parts(hl7.parse(text))
    except Exception as error:  # Whatever it cannot read: the caller lists which.
        return type(error).__name__


json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
