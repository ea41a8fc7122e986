@protocol: [{ kind: 'odata', path: '/odata/v4/interop' }]
@requires: 'any'
service Interop {
  entity Authors {
    key ID    : Integer;
        name  : String(100) @mandatory;
        books : Association to many Books on books.author = $self;
  }

  entity Books {
    key ID     : Integer;
        title  : String(100) @mandatory;
        stock  : Integer;
        price  : Decimal(9, 2);
        author : Association to Authors;
  }
}
