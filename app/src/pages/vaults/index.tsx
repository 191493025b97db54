import { Card, Loading, Page, Skeleton } from '../../ui/index.js';

/** Every vault. */
export function VaultsPage() {
  return (
    <Page title="Vaults">
      <Card>
        <Loading what="vaults" />
        <Skeleton height="12rem" />
      </Card>
    </Page>
  );
}
