package schema

import (
	"fmt"
	"time"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"

	"orderflow/internal/globalid"
	"orderflow/internal/region"
)

// base is what every table has: an id of its kind, and text that compares by its bytes.
type base struct {
	ent.Schema
}

// Annotations name the character set and collation of the table: servers differ in their defaults.
// This collation is the one of MySQL that pads nothing; MariaDB's has another name, which the
// migrations say as well (ent/migrate/diff.go).
func (base) Annotations() []schema.Annotation {
	return []schema.Annotation{binaryText()}
}

func binaryText() schema.Annotation {
	return entsql.Annotation{
		Charset: "utf8mb4", Collation: "utf8mb4_0900_bin", Options: "ENGINE=InnoDB",
	}
}

// hidden keeps a table out of the graph: no node, no connection, no field collection.
func hidden() schema.Annotation { return entgql.Skip(entgql.SkipAll) }

var idType = map[string]string{dialect.MySQL: "binary(16)", dialect.SQLite: "blob"}

func id(kind globalid.Kind) ent.Field {
	return field.UUID("id", globalid.ID{}).SchemaType(idType).Immutable().
		Default(func() globalid.ID { return globalid.New(kind) })
}

func ref(name string) ent.Field {
	return field.UUID(name, globalid.ID{}).SchemaType(idType)
}

func optionalRef(name string) ent.Field {
	return field.UUID(name, globalid.ID{}).SchemaType(idType).Optional().Nillable()
}

// parties are whose row it is: what a viewer sees is decided by these columns alone.
func parties() []ent.Field { return []ent.Field{ref("buyer_id"), ref("shop_id")} }

var timestampType = map[string]string{dialect.MySQL: "datetime(6)"}

func timestamp(name string) ent.Field {
	return field.Time(name).SchemaType(timestampType)
}

func optionalTimestamp(name string) ent.Field {
	return field.Time(name).SchemaType(timestampType).Optional().Nillable()
}

// createdAt is set by the command, to the transaction's business time.
func createdAt() ent.Field {
	return field.Time("created_at").SchemaType(timestampType).Immutable().
		Default(func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }).
		Annotations(entgql.OrderField("CREATED_AT"))
}

// text is a column of at most n characters; the commands check lengths before the database does.
func text(name string, n int) ent.Field {
	return field.String(name).MaxRuneLen(n)
}

func optionalText(name string, n int) ent.Field {
	return field.String(name).MaxRuneLen(n).Default("")
}

// regionKey is a column with a region as it is compared.
func regionKey(name string) ent.Field {
	return field.String(name).GoType(region.Key("")).MaxRuneLen(64)
}

// enum is a column with a value of a closed vocabulary: a status, a kind, a cause.
func enum(name string, goType any) ent.Field {
	return field.String(name).GoType(goType).MaxLen(32)
}

func optionalEnum(name string, goType any) ent.Field {
	return field.String(name).GoType(goType).MaxLen(32).Optional().Nillable()
}

// amount is money in minor units of the row's currency. Its row has a method that returns both.
func amount(name string) ent.Field {
	return field.Int64(name).Default(0).Annotations(moneyOf{Currency: "currency"})
}

// moneyOf marks an amount, for ent/template/money.tmpl.
type moneyOf struct{ Currency string }

// Name implements schema.Annotation.
func (moneyOf) Name() string { return "Money" }

// composed marks a column that the graph shows only as a part of a composed field: whoever selects
// that field gets all columns of the row.
func composed() schema.Annotation { return entgql.Skip(entgql.SkipAll) }

func currency() ent.Field { return field.String("currency").MaxLen(3) }

// sealed is personal data: encrypted, never selected by the graph unless a resolver opens it.
func sealed(name string) ent.Field {
	return sealedUpTo(name, 4096)
}

// sealedUpTo is sealed for what takes at most n bytes when it is encrypted.
func sealedUpTo(name string, n int) ent.Field {
	return field.Bytes(name).MaxLen(n).Optional().Sensitive()
}

// digest is a keyed hash of n bytes that can be looked up.
func digest(name string, n int) ent.Field {
	return field.Bytes(name).MaxLen(n).Optional().Sensitive().SchemaType(map[string]string{
		dialect.MySQL: fmt.Sprintf("varbinary(%d)", n), dialect.SQLite: "blob",
	})
}

// intent returns the columns of a row that wants something of the outside world, in real time.
func intent() []ent.Field {
	return []ent.Field{
		optionalTimestamp("next_attempt_at"),
		field.Int("attempts").Default(0),
		optionalTimestamp("claimed_until"),
	}
}
