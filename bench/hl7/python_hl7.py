"""python3-hl7: parse, and read the fields that an event needs."""

import sys
import time

import hl7

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    messages = ["MSH|" + part for part in file.read().split("MSH|")[1:]]
seconds = float(sys.argv[2])

ALWAYS = [("MSH", 7), ("MSH", 9), ("MSH", 10), ("MSH", 11), ("PID", 3), ("PID", 5), ("PID", 7)]
WHERE_THERE = [("EVN", 6), ("PD1", 3), ("PV1", 10), ("PV1", 19), ("RF1", 3), ("RF1", 6), ("MRG", 1)]


def read(text):
    message = hl7.parse(text)
    length = sum(len(str(message.segment(name)[field])) for name, field in ALWAYS)
    for name, field in WHERE_THERE:
        try:
            length += len(str(message.segment(name)[field]))
        except (KeyError, IndexError):
            pass
    return length


done = 0
start = time.perf_counter()
while time.perf_counter() - start < seconds:
    for message in messages:
        read(message)
    done += len(messages)
print(f"read {done / (time.perf_counter() - start):.0f}")
