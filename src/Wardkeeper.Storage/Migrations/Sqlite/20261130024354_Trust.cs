using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Sqlite
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
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    key_kind = table.Column<int>(type: "INTEGER", nullable: false),
                    key_place = table.Column<string>(type: "TEXT", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", nullable: false),
                    certificate = table.Column<byte[]>(type: "BLOB", nullable: false),
                    not_before = table.Column<long>(type: "INTEGER", nullable: false),
                    not_after = table.Column<long>(type: "INTEGER", nullable: false),
                    crl_number = table.Column<long>(type: "INTEGER", nullable: false),
                    crl = table.Column<byte[]>(type: "BLOB", nullable: true),
                    crl_due = table.Column<long>(type: "INTEGER", nullable: true),
                    sealed_password = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_authorities", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "trust_certificates",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    device = table.Column<long>(type: "INTEGER", nullable: true),
                    profile = table.Column<string>(type: "TEXT", nullable: false),
                    grade = table.Column<int>(type: "INTEGER", nullable: false),
                    issuer = table.Column<string>(type: "TEXT", nullable: false),
                    serial = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    device_serial = table.Column<string>(type: "TEXT", nullable: true),
                    key_hash = table.Column<string>(type: "TEXT", nullable: false),
                    not_before = table.Column<long>(type: "INTEGER", nullable: false),
                    not_after = table.Column<long>(type: "INTEGER", nullable: false),
                    renew_at = table.Column<long>(type: "INTEGER", nullable: false),
                    how = table.Column<string>(type: "TEXT", nullable: false),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revocation_reason = table.Column<string>(type: "TEXT", nullable: true),
                    der = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_certificates", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "trust_enrolments",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    how = table.Column<string>(type: "TEXT", nullable: false),
                    credential = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    device_serial = table.Column<string>(type: "TEXT", nullable: true),
                    key_hash = table.Column<string>(type: "TEXT", nullable: false),
                    device = table.Column<long>(type: "INTEGER", nullable: true),
                    address = table.Column<string>(type: "TEXT", nullable: true),
                    asked = table.Column<long>(type: "INTEGER", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    certificate = table.Column<long>(type: "INTEGER", nullable: true),
                    replay = table.Column<string>(type: "TEXT", nullable: false),
                    voucher = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_enrolments", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "trust_expected",
                columns: table => new
                {
                    serial = table.Column<string>(type: "TEXT", nullable: false),
                    purchase_order = table.Column<string>(type: "TEXT", nullable: false),
                    maker = table.Column<string>(type: "TEXT", nullable: true),
                    model = table.Column<string>(type: "TEXT", nullable: true),
                    device = table.Column<long>(type: "INTEGER", nullable: true),
                    entered_by = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    enrolled = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_expected", x => x.serial);
                });

            migrationBuilder.CreateTable(
                name: "trust_maker_roots",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", nullable: false),
                    fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    certificate = table.Column<byte[]>(type: "BLOB", nullable: false),
                    not_after = table.Column<long>(type: "INTEGER", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    importer = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_maker_roots", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "trust_vouchers",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    device = table.Column<long>(type: "INTEGER", nullable: true),
                    profile = table.Column<string>(type: "TEXT", nullable: false),
                    note = table.Column<string>(type: "TEXT", nullable: false),
                    maker = table.Column<string>(type: "TEXT", nullable: false),
                    made = table.Column<long>(type: "INTEGER", nullable: false),
                    expires = table.Column<long>(type: "INTEGER", nullable: false),
                    used = table.Column<long>(type: "INTEGER", nullable: true)
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
