import { use } from 'react';
import { useRoute } from 'wouter';
import type { ReadyVault } from '../../chain/index.js';
import { loadRules } from '../../rules/index.js';
import { Stack, Tabs } from '../../ui/index.js';
import { AssetsSection } from './assets-section.js';
import { BreakersSection } from './breakers-section.js';
import { ChangesSection } from './changes-section.js';
import { CloseSection } from './close-section.js';
import { GovernProvider } from './context.js';
import { FundsSection } from './funds-section.js';
import { sectionPath } from './paths.js';
import { PauseSection } from './pause-section.js';
import { RolesSection } from './roles-section.js';
import { RoutesSection } from './routes-section.js';
import { TargetsSection } from './targets-section.js';

const SECTIONS: readonly { key: string; label: string; Section: React.ComponentType }[] = [
  { key: 'roles', label: 'Roles', Section: RolesSection },
  { key: 'pause', label: 'Pause', Section: PauseSection },
  { key: 'changes', label: 'Changes', Section: ChangesSection },
  { key: 'targets', label: 'Targets', Section: TargetsSection },
  { key: 'breakers', label: 'Breakers', Section: BreakersSection },
  { key: 'routes', label: 'Routes', Section: RoutesSection },
  { key: 'assets', label: 'Assets', Section: AssetsSection },
  { key: 'funds', label: 'Fees and fund', Section: FundsSection },
  { key: 'close', label: 'Wind up', Section: CloseSection },
];

/** Everything that those who run a vault do to it, part by part. */
export function GovernPage({ vault }: { vault: ReadyVault }) {
  const rules = use(loadRules());
  const [, params] = useRoute('/vault/:address/govern/:section?');
  const shown = SECTIONS.find(({ key }) => key === params?.section) ?? SECTIONS[0]!;
  const path = (key: string) => sectionPath(vault.address, key);
  return (
    <GovernProvider vault={vault} rules={rules}>
      <Stack gap="large">
        <Tabs
          label="Parts of governing"
          tabs={SECTIONS.map(({ key, label }) => ({ href: path(key), label: labelOf(vault, key, label) }))}
          current={path(shown.key)}
        />
        <shown.Section key={shown.key} />
      </Stack>
    </GovernProvider>
  );
}

/** With what is out of the ordinary, so that nobody overlooks it. */
function labelOf({ changes, figures }: ReadyVault, key: string, label: string): string {
  switch (key) {
    case 'changes':
      return changes.length > 0 ? `${label} (${changes.length})` : label;
    case 'pause':
      return figures.paused.length > 0 ? `${label} (${figures.paused.length} paused)` : label;
    case 'breakers':
      return figures.halt === null ? label : `${label} (halted)`;
    default:
      return label;
  }
}
