import { IconCompass } from "@tabler/icons-react";
import { type ErrorComponentProps, Outlet } from "@tanstack/react-router";
import { LinkButton } from "../parts/LinkButton.tsx";
import { Page } from "../parts/Page.tsx";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";

export const Root = () => <Outlet />;

export function Missing() {
  return (
    <Page title="Not found" heading={<span />}>
      <Empty
        icon={<IconCompass />}
        title="There is nothing at this address"
        action={<LinkButton to="/">Go home</LinkButton>}
      >
        It may have been deleted, or the link may be cut off.
      </Empty>
    </Page>
  );
}

export function ViewFailed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something failed" heading={<span />}>
      <Failed what="This view could not be shown." error={error} retry={reset} />
    </Page>
  );
}

export function ViewLoading() {
  return (
    <Page title="Loading" heading={<h1 className="faint">Loading</h1>}>
      <LoadingRows />
    </Page>
  );
}
