import type { ReactNode } from 'react';
import { classes } from './classes.js';
import styles from './table.module.css';

export type Column<Row> = {
  /** Distinct among the columns. */
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the end, so that their digits line up. */
  isNumber?: boolean;
  /** Part of the table's width, such as `20%`, so that nothing moves as figures come: give it to all columns or none. */
  width?: string;
  /** On phones, rows become cards: `title` heads the card, `hidden` is left out. */
  onPhone?: 'title' | 'hidden';
};

export type TableProps<Row> = {
  /** What the table lists, for screen readers; shown where `isCaptionShown`. */
  caption: string;
  isCaptionShown?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  /** What to say where there are no rows. */
  empty?: ReactNode;
};

/** A table, which on phones becomes a list of cards. */
export function Table<Row>({ caption, isCaptionShown = false, columns, rows, rowKey, empty }: TableProps<Row>) {
  if (rows.length === 0 && empty !== undefined) {
    return <div className={styles.empty}>{empty}</div>;
  }
  // Roles are written out, because tables that are not displayed as such lose theirs.
  return (
    <table className={classes(styles.table, columns.some(({ width }) => width) && styles.fixed)} role="table">
      <caption className={isCaptionShown ? styles.caption : 'visually-hidden'}>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ key, header, isNumber, width }) => (
            <th
              key={key}
              role="columnheader"
              scope="col"
              className={isNumber ? styles.number : undefined}
              style={{ width }}
            >
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row">
            {columns.map((column) => (
              <td key={column.key} role="cell" className={cellClass(column)}>
                <span className={styles.label} aria-hidden="true">
                  {column.header}
                </span>
                <div className={styles.value}>{column.cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cellClass<Row>({ isNumber, onPhone }: Column<Row>): string {
  return classes(isNumber && styles.number, onPhone === 'title' && styles.title, onPhone === 'hidden' && styles.hidden);
}
