using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Trust : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "trust_authorities",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    key_kind = table.Column<int>(type: "integer", nullable: false),
                    key_place = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: false),
                    certificate = table.Column<byte[]>(type: "bytea", nullable: false),
                    not_before = table.Column<long>(type: "bigint", nullable: false),
                    not_after = table.Column<long>(type: "bigint", nullable: false),
                    crl_number = table.Column<long>(type: "bigint", nullable: false),
                    crl = table.Column<byte[]>(type: "bytea", nullable: true),
                    crl_due = table.Column<long>(type: "bigint", nullable: true),
                    sealed_password = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_authorities", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "trust_certificates",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    device = table.Column<long>(type: "bigint", nullable: true),
                    profile = table.Column<string>(type: "text", nullable: false),
                    grade = table.Column<int>(type: "integer", nullable: false),
                    issuer = table.Column<string>(type: "text", nullable: false),
                    serial = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    device_serial = table.Column<string>(type: "text", nullable: true),
                    key_hash = table.Column<string>(type: "text", nullable: false),
                    not_before = table.Column<long>(type: "bigint", nullable: false),
                    not_after = table.Column<long>(type: "bigint", nullable: false),
                    renew_at = table.Column<long>(type: "bigint", nullable: false),
                    how = table.Column<string>(type: "text", nullable: false),
                    revoked_at = table.Column<long>(type: "bigint", nullable: true),
                    revocation_reason = table.Column<string>(type: "text", nullable: true),
                    der = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_certificates", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "trust_enrolments",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    how = table.Column<string>(type: "text", nullable: false),
                    credential = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    device_serial = table.Column<string>(type: "text", nullable: true),
                    key_hash = table.Column<string>(type: "text", nullable: false),
                    device = table.Column<long>(type: "bigint", nullable: true),
                    address = table.Column<string>(type: "text", nullable: true),
                    asked = table.Column<long>(type: "bigint", nullable: false),
                    decided_by = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    certificate = table.Column<long>(type: "bigint", nullable: true),
                    replay = table.Column<string>(type: "text", nullable: false),
                    voucher = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_enrolments", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "trust_expected",
                columns: table => new
                {
                    serial = table.Column<string>(type: "text", nullable: false),
                    purchase_order = table.Column<string>(type: "text", nullable: false),
                    maker = table.Column<string>(type: "text", nullable: true),
                    model = table.Column<string>(type: "text", nullable: true),
                    device = table.Column<long>(type: "bigint", nullable: true),
                    entered_by = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    enrolled = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_expected", x => x.serial);
                });

            migrationBuilder.CreateTable(
                name: "trust_maker_roots",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<string>(type: "text", nullable: false),
                    certificate = table.Column<byte[]>(type: "bytea", nullable: false),
                    not_after = table.Column<long>(type: "bigint", nullable: false),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    importer = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_maker_roots", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "trust_vouchers",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false),
                    device = table.Column<long>(type: "bigint", nullable: true),
                    profile = table.Column<string>(type: "text", nullable: false),
                    note = table.Column<string>(type: "text", nullable: false),
                    maker = table.Column<string>(type: "text", nullable: false),
                    made = table.Column<long>(type: "bigint", nullable: false),
                    expires = table.Column<long>(type: "bigint", nullable: false),
                    used = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_vouchers", x => x.number);
                });

            migrationBuilder.CreateIndex(
                name: "IX_trust_authorities_key_id",
                table: "trust_authorities",
                column: "key_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_trust_certificates_device",
                table: "trust_certificates",
                column: "device");

            migrationBuilder.CreateIndex(
                name: "IX_trust_certificates_issuer_serial",
                table: "trust_certificates",
                columns: new[] { "issuer", "serial" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_trust_certificates_key_hash",
                table: "trust_certificates",
                column: "key_hash");

            migrationBuilder.CreateIndex(
                name: "IX_trust_enrolments_replay",
                table: "trust_enrolments",
                column: "replay",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_trust_enrolments_state",
                table: "trust_enrolments",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_trust_maker_roots_fingerprint",
                table: "trust_maker_roots",
                column: "fingerprint",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_trust_vouchers_hash",
                table: "trust_vouchers",
                column: "hash",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "trust_authorities");

            migrationBuilder.DropTable(
                name: "trust_certificates");

            migrationBuilder.DropTable(
                name: "trust_enrolments");

            migrationBuilder.DropTable(
                name: "trust_expected");

            migrationBuilder.DropTable(
                name: "trust_maker_roots");

            migrationBuilder.DropTable(
                name: "trust_vouchers");
        }
    }
}
