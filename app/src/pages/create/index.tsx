import { Card, Muted, Page } from '../../ui/index.js';

/** A new vault. */
export function CreatePage() {
  return (
    <Page title="Create a vault">
      <Card title="Assets">
        <Muted>Choose what it holds.</Muted>
      </Card>
    </Page>
  );
}
