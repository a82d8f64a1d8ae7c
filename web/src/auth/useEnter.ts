import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";

/** A way in: after it worked, whatever was known of nobody is forgotten and the page goes on. */
export function useEnter<Body>(way: (body: Body) => Promise<unknown>, next = "/") {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: way,
    onSuccess: () => {
      client.clear();
      router.history.push(next.startsWith("/") && !next.startsWith("//") ? next : "/");
    },
  });
}
