import { LinkButton, Page } from '../ui/index.js';
import { VAULTS_PATH } from '../routes.js';

/** Where an address leads nowhere. */
export function NotFound() {
  return (
    <Page title="There is no such page" lead="The address may have been cut off on its way.">
      <div>
        <LinkButton href={VAULTS_PATH}>All vaults</LinkButton>
      </div>
    </Page>
  );
}
