/** Drawn, not written: fonts differ in which signs they have. All fit a square of 16, and have lines of the text's colour. */
const PATHS = {
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  external: 'M7 3H3v10h10V9M9.5 3H13v3.5M13 3 7.5 8.5',
  moon: 'M13 9.6A5.4 5.4 0 0 1 6.4 3a5.4 5.4 0 1 0 6.6 6.6Z',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.4v1.2M8 13.4v1.2M1.4 8h1.2M13.4 8h1.2M3.3 3.3l.9.9M11.8 11.8l.9.9M12.7 3.3l-.9.9M4.2 11.8l-.9.9',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
} as const;

export type IconProps = {
  name: keyof typeof PATHS;
  /** Width and height, in pixels. */
  size?: number;
};

/** A sign beside words, or inside a button that has a label. Screen readers pass over it. */
export function Icon({ name, size = 16 }: IconProps) {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
