/**
 * What pages are built of.
 *
 * @module
 */

export { Address, type AddressProps } from './address.js';
export { AmountInput, type AmountInputProps } from './amount-input.js';
export { Badge, type BadgeProps } from './badge.js';
export { Bar, Swatch, assetColour, type BarProps } from './bar.js';
export { Button, type ButtonProps } from './button.js';
export { Checkbox, type CheckboxProps } from './checkbox.js';
export { Dialog, type DialogProps } from './dialog.js';
export { ExplorerLink } from './explorer-link.js';
export { Field, type FieldControl, type FieldProps } from './field.js';
export { Icon, type IconProps } from './icon.js';
export { Card, Grid, Muted, Row, Stack, type CardProps } from './layout.js';
export { LinkButton, type LinkButtonProps } from './link-button.js';
export { Notice, type NoticeProps } from './notice.js';
export { Page, type PageProps } from './page.js';
export { Progress, type Step } from './progress.js';
export { Segments, type SegmentsProps } from './segments.js';
export { Select, type SelectProps } from './select.js';
export { Loading, Skeleton, type SkeletonProps } from './skeleton.js';
export { Facts, Stat, Stats, type StatProps } from './stat.js';
export { Table, type Column, type TableProps } from './table.js';
export { Tabs, type TabsProps } from './tabs.js';
export { TextInput, type TextInputProps } from './text-input.js';
export { Age, Countdown, Time } from './time.js';
