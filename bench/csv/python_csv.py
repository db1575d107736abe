"""Python's csv alone: rows and cells of a file, and the seconds that they took."""
import csv
import sys
import time

begun = time.perf_counter()
rows = cells = 0
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    for row in csv.reader(file):
        rows += 1
        cells += len(row)
print(rows, cells, time.perf_counter() - begun)
