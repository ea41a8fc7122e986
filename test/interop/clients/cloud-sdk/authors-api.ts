import type { DefaultDeSerializers, EntityApi, EntityBuilderType } from '@sap-cloud-sdk/odata-v4';
import {
  AllFields,
  CreateRequestBuilder,
  CustomField,
  DeleteRequestBuilder,
  defaultDeSerializers,
  Entity,
  entityBuilder,
  FieldBuilder,
  GetAllRequestBuilder,
  GetByKeyRequestBuilder,
  RequestBuilder,
  UpdateRequestBuilder,
} from '@sap-cloud-sdk/odata-v4';

// What the SDK's generator would write for one entity set, in the fewest lines: the generator is not needed.

/** The SDK maps by these names: `ID` on the wire is `id` here. */
export class Authors extends Entity {
  static override readonly _entityName = 'Authors';
  static override readonly _defaultBasePath = '/odata/v4/interop';
  static readonly _keys = ['ID'];
  declare id: number;
  declare name: string;
}

class AuthorsRequests extends RequestBuilder<Authors, DefaultDeSerializers> {
  getAll(): GetAllRequestBuilder<Authors> {
    return new GetAllRequestBuilder(this.entityApi);
  }
  getByKey(id: number): GetByKeyRequestBuilder<Authors> {
    return new GetByKeyRequestBuilder(this.entityApi, { ID: id });
  }
  create(author: Authors): CreateRequestBuilder<Authors> {
    return new CreateRequestBuilder(this.entityApi, author);
  }
  update(author: Authors): UpdateRequestBuilder<Authors> {
    return new UpdateRequestBuilder(this.entityApi, author);
  }
  delete(id: number): DeleteRequestBuilder<Authors> {
    return new DeleteRequestBuilder(this.entityApi, { ID: id });
  }
}

class AuthorsApi implements EntityApi<Authors, DefaultDeSerializers> {
  readonly deSerializers = defaultDeSerializers;
  readonly entityConstructor = Authors;
  readonly schema: Record<string, unknown>;

  constructor() {
    const fields = new FieldBuilder(Authors, this.deSerializers);
    this.schema = {
      ID: fields.buildEdmTypeField('ID', 'Edm.Int32', false),
      NAME: fields.buildEdmTypeField('name', 'Edm.String', false),
      ALL_FIELDS: new AllFields('*', Authors),
    };
  }
  requestBuilder(): AuthorsRequests {
    return new AuthorsRequests(this);
  }
  entityBuilder(): EntityBuilderType<Authors, DefaultDeSerializers> {
    return entityBuilder<Authors, DefaultDeSerializers>(this);
  }
  customField<NullableT extends boolean>(
    name: string,
  ): CustomField<Authors, DefaultDeSerializers, NullableT> {
    return new CustomField(name, this.entityConstructor, this.deSerializers) as CustomField<
      Authors,
      DefaultDeSerializers,
      NullableT
    >;
  }
}

export const authorsApi = new AuthorsApi();
