/** A button that leads somewhere: a real link, so that it opens in a new tab, too. */
import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type AnchorButtonProps = ButtonProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & {
    ref?: Ref<HTMLAnchorElement>;
    "data-new"?: boolean;
  };

const AnchorButton = (props: AnchorButtonProps) => <Button component="a" {...props} />;

export const LinkButton = createLink(AnchorButton);
