/** A type as Terraform writes it: `"string"`, `["list", "string"]`, `["object", {"a": "number"}]`. */
export type ValueType =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | readonly ['list' | 'set' | 'map', ValueType]
  | readonly ['object', Readonly<Record<string, ValueType>>]
  | readonly ['tuple', readonly ValueType[]];

type Nesting = 'single' | 'list' | 'set' | 'map' | 'group';

/** A property that is written `name = value`. It has either a type or, in newer resources, a nested one. */
export interface Attribute {
  readonly type?: ValueType;
  readonly nested_type?: {
    readonly attributes: Readonly<Record<string, Attribute>>;
    readonly nesting_mode: Nesting;
  };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}

/** A property that is written `name { ... }`, once or several times. */
export interface NestedBlock {
  readonly nesting_mode: Nesting;
  readonly block: Block;
  readonly min_items?: number;
  readonly max_items?: number;
}

/** What a resource, or a block in it, may contain. */
export interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, NestedBlock>>;
}

/** The provider's resources by name, such as `aws_dynamodb_table`. */
export type ResourceSchemas = Readonly<Record<string, { readonly block: Block }>>;

/** What `terraform providers schema -json` prints, as far as it is read here. */
export interface ProviderSchemas {
  readonly provider_schemas: Readonly<Record<string, { readonly resource_schemas: ResourceSchemas }>>;
}
