import styles from './govern.module.css';
import { readLine } from './settings.js';

/** What a change changes, line by line: present value and new one. */
export function ChangeLines({ lines }: { lines: readonly string[] }) {
  return (
    <ul className={styles.lines}>
      {lines.map((line) => (
        <li key={line}>
          <Line line={line} />
        </li>
      ))}
    </ul>
  );
}

function Line({ line }: { line: string }) {
  const read = readLine(line);
  if ('text' in read) {
    return <>{read.text.replaceAll(' -> ', ' → ')}</>;
  }
  return (
    <>
      {read.label}: {read.before} → <strong>{read.after}</strong>
    </>
  );
}
