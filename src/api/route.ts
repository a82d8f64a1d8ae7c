/**
 * The form of every route: what it is called with, who may call it, what it answers. The table of routes is
 * the router, the access control and the OpenAPI document at once, so none of them can forget a route.
 */
import type * as z from "zod";
import type { Role } from "../control/auth/roles.ts";
import type { Scope } from "../control/auth/scopes.ts";
import type { Database } from "../control/database.ts";
import type { Principal } from "../control/repositories/sessions.ts";
import type { Env, RequestContext } from "./env.ts";
import type { KeyHolder } from "./key.ts";
import type { Bucket } from "./quota.ts";

/** The least role that may call; `installation_owner` is an owner of the first workspace; `key`: who has a key with the scope. */
export type Access = "public" | Role | "installation_owner" | "key";
export type Method = "get" | "post" | "put" | "patch" | "delete";

/** `{dataset_id}` in a path becomes `params.dataset_id`. */
export type Params<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & Params<Rest>
  : unknown;

export type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Answered<Schema> = Schema extends z.ZodType ? DeepReadonly<z.input<Schema>> : undefined;

/** What a handler is given. Input is checked, the caller may do this. */
export interface Call<Path extends string = string, A extends Access = Access, Query = unknown, Body = unknown> {
  readonly env: Env;
  readonly db: Database;
  /** Taken once for the whole request, epoch milliseconds. */
  readonly now: number;
  readonly request: Request;
  readonly context: RequestContext;
  readonly params: Params<Path>;
  readonly query: Query;
  readonly body: Body;
  readonly principal: A extends "public" ? null : A extends "key" ? KeyHolder : Principal;
}

export interface RouteSpec<
  Path extends string,
  A extends Access,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
  Answer extends z.ZodType | undefined,
> {
  readonly method: Method;
  readonly path: Path;
  readonly access: A;
  /** What a key needs to call; without it no key may. */
  readonly scope?: Scope;
  /** Which of a key's limits a call counts for; `standard` where not said. */
  readonly bucket?: Bucket;
  /** One line for the documentation. */
  readonly summary: string;
  readonly query?: Query;
  /** A JSON body. Without it the handler reads `request` itself. */
  readonly body?: Body;
  /** Bytes; 1 MB where not said. */
  readonly body_limit?: number;
  /** Media types of a body that the handler reads itself, for the documentation. */
  readonly raw_body?: readonly string[];
  /** 200 where not said, 204 where there is no answer. */
  readonly status?: number;
  readonly answer?: Answer;
  /** Media type of an answer that is no JSON, for the documentation. */
  readonly raw_answer?: string;
  /** Codes that this route may answer beside the common ones, for the documentation. */
  readonly problems?: readonly string[];
  /** The answer's data, or a whole Response where headers or the status differ. Problems are thrown as ProblemError. */
  handle(call: Call<Path, A, Parsed<Query>, Parsed<Body>>): Promise<Answered<Answer> | Response>;
}

/** A route as the mount sees it. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly access: Access;
  readonly scope?: Scope;
  readonly bucket?: Bucket;
  readonly summary: string;
  readonly query?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  readonly body_limit?: number;
  readonly raw_body?: readonly string[];
  readonly status?: number;
  readonly answer?: z.ZodType | undefined;
  readonly raw_answer?: string;
  readonly problems?: readonly string[];
  handle(call: Call<string, Access, unknown, unknown>): Promise<unknown>;
}

/** Declares a route; its handler's types follow from its schemas. */
export function route<
  const Path extends string,
  const A extends Access,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Answer extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<Path, A, Query, Body, Answer>): Route {
  // The mount gives each handler just what its own schemas made of the request: the one place where types are joined.
  return spec as unknown as Route;
}
