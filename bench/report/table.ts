/** A column of figures. */
export interface Column {
  /** Also the key of the figures in the results file. */
  readonly name: string;
  /** Digits after the decimal point in the printed table. Default: 0. */
  readonly decimals?: number;
}

/** One line: something that was measured, or why it could not be. */
export type Row =
  | { readonly name: string; readonly figures: Readonly<Record<string, number>> }
  | { readonly name: string; readonly reason: string };

export interface Table {
  readonly title: string;
  /** Unit of the figures, unless a column's name says otherwise. */
  readonly unit: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Draws a table for people: figures right-aligned, a reason in the place of figures. */
export function drawTable({ title, unit, columns, rows }: Table): string {
  const cells = rows.map((row) =>
    'figures' in row ? columns.map((column) => drawFigure(row.figures[column.name], column)) : [],
  );
  const widths = columns.map(({ name }, index) =>
    Math.max(name.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const align = (line: readonly string[]): string =>
    line.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  ');
  return [
    `${title} (${unit})`,
    `  ${''.padEnd(nameWidth)}  ${align(columns.map(({ name }) => name))}`,
    ...rows.map((row, index) => {
      const rest = 'reason' in row ? row.reason : align(cells[index] ?? []);
      return `  ${row.name.padEnd(nameWidth)}  ${rest}`;
    }),
  ].join('\n');
}

function drawFigure(figure: number | undefined, { decimals = 0 }: Column): string {
  if (figure === undefined || Number.isNaN(figure)) return '–';
  return figure.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
