import { Card, Loading, Skeleton, Stack } from '../ui/index.js';

/** While a page's script is on its way. */
export function PageSkeleton() {
  return (
    <Stack gap="large">
      <Loading what="the page" />
      <Skeleton width="16rem" height="2.4rem" />
      <Card>
        <Skeleton height="16rem" />
      </Card>
    </Stack>
  );
}
