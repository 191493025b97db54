import { Card, Muted, Page } from '../../ui/index.js';

/** What is due now in every vault. */
export function KeepersPage() {
  return (
    <Page title="Keepers">
      <Card title="Due now">
        <Muted>Anyone may turn the crank.</Muted>
      </Card>
    </Page>
  );
}
