/** The OpenAPI document as a judge of answers. */
import * as z from "zod";
import type { Answer, Client } from "./client.ts";
import type { Route } from "./tenancy-routes.ts";

type Schema = Readonly<Record<string, unknown>>;

interface Described {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Described>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export class ApiDocument {
  readonly #document: Document;
  readonly #validators = new Map<string, z.ZodType>();

  constructor(document: Document) {
    this.#document = document;
  }

  static async load(client: Client): Promise<ApiDocument> {
    return new ApiDocument(await client.get<Document>("/api/v1/openapi.json"));
  }

  operation({ method, path }: Route): Operation {
    const operation = this.#document.paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`the document has no ${method} ${path}`);
    return operation;
  }

  /** What is wrong with an answer, by the document; null when nothing is. */
  fault(route: Route, answer: Answer): string | null {
    const { responses } = this.operation(route);
    if (answer.status === 304) return answer.text === "" ? null : "304 with a body";
    const documented = responses[String(answer.status)];
    if (answer.status < 400 && !documented) return `${answer.status} is not in the document`;
    const { content } = documented ?? responses.default ?? { content: undefined };
    const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
    if (!content) return answer.text === "" ? null : `a body of ${type} that the document does not have`;
    const described = content[type] ?? content["application/octet-stream"];
    if (!described) return `${type} is not in the document, but ${Object.keys(content).join(", ")}`;
    if (!type.endsWith("json")) return null;
    const parsed = this.#validator(described.schema).safeParse(answer.body);
    return parsed.success ? null : z.prettifyError(parsed.error);
  }

  #validator(schema: Schema): z.ZodType {
    const key = JSON.stringify(schema);
    const known = this.#validators.get(key);
    if (known) return known;
    const local = (text: string) => text.replaceAll("#/components/schemas/", "#/$defs/");
    const definitions = JSON.parse(local(JSON.stringify(this.#document.components.schemas))) as Schema;
    const made = z.fromJSONSchema({ ...(JSON.parse(local(key)) as object), $defs: definitions } as never);
    this.#validators.set(key, made);
    return made;
  }
}
