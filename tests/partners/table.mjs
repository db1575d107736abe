// Prints rows as a table that fits the terminal; long cells wrap.

const dayColumns = [
  ['step', '#', 2], ['from', 'From', 22], ['what', 'What', 26], ['decision', 'Decision', 26],
  ['rules', 'Rules, with clauses', 34], ['meanwhile', 'Meanwhile', 9], ['went', 'Went to', 32], ['trail', 'Trail', 5],
];
// A story says at each step who oversees.
export const storyColumns = [...dayColumns.slice(0, 6), ['overseer', 'Who oversees', 16], ...dayColumns.slice(6)];

function wrap(text, width) {
  return String(text ?? '').split('\n').flatMap((line) => {
    const out = [];
    let held = '';
    for (const part of line.split(' ')) {
      if (held && held.length + 1 + part.length > width) { out.push(held); held = part; } else held = held ? `${held} ${part}` : part;
      while (held.length > width) { out.push(held.slice(0, width)); held = held.slice(width); }
    }
    out.push(held);
    return out;
  });
}

const line = (cells, columns) => cells.map((cell, n) => cell.padEnd(columns[n][2])).join('  ').trimEnd();

export const header = (columns = dayColumns) =>
  `${line(columns.map((c) => c[1]), columns)}\n${columns.map((c) => '-'.repeat(c[2])).join('  ')}`;

export function render(row, columns = dayColumns) {
  const cells = columns.map(([name, , width]) => wrap(row[name], width));
  const height = Math.max(...cells.map((c) => c.length));
  return Array.from({ length: height }, (_, n) => line(cells.map((c) => c[n] ?? ''), columns)).join('\n');
}
