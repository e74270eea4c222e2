using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class TrustAndAdmission : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "action_devices",
                columns: table => new
                {
                    action = table.Column<long>(type: "bigint", nullable: false),
                    device = table.Column<long>(type: "bigint", nullable: false),
                    department = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_action_devices", x => new { x.action, x.device });
                });

            migrationBuilder.CreateTable(
                name: "actions",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    finding = table.Column<long>(type: "bigint", nullable: true),
                    until = table.Column<long>(type: "bigint", nullable: false),
                    document = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_actions", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "admission_approvals",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    device = table.Column<long>(type: "bigint", nullable: false),
                    who = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    begins = table.Column<long>(type: "bigint", nullable: false),
                    ends = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admission_approvals", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "admission_decisions",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    mac = table.Column<string>(type: "text", nullable: false),
                    device = table.Column<long>(type: "bigint", nullable: true),
                    segment = table.Column<string>(type: "text", nullable: false),
                    method = table.Column<int>(type: "integer", nullable: false),
                    outcome = table.Column<int>(type: "integer", nullable: false),
                    wanted = table.Column<int>(type: "integer", nullable: false),
                    grade = table.Column<int>(type: "integer", nullable: false),
                    score = table.Column<int>(type: "integer", nullable: true),
                    nas = table.Column<string>(type: "text", nullable: false),
                    nas_identifier = table.Column<string>(type: "text", nullable: true),
                    port = table.Column<string>(type: "text", nullable: true),
                    ssid = table.Column<string>(type: "text", nullable: true),
                    vlan = table.Column<string>(type: "text", nullable: true),
                    acl = table.Column<string>(type: "text", nullable: true),
                    user_name = table.Column<string>(type: "text", nullable: false),
                    certificate_serial = table.Column<string>(type: "text", nullable: true),
                    reasons = table.Column<string>(type: "text", nullable: false),
                    traits = table.Column<string>(type: "text", nullable: false),
                    action = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admission_decisions", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "admission_numbers",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    reserved = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admission_numbers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "admission_rules",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admission_rules", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "admission_segments",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admission_segments", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "admission_sessions",
                columns: table => new
                {
                    nas = table.Column<string>(type: "text", nullable: false),
                    id = table.Column<string>(type: "text", nullable: false),
                    mac = table.Column<string>(type: "text", nullable: true),
                    nas_identifier = table.Column<string>(type: "text", nullable: true),
                    port = table.Column<string>(type: "text", nullable: true),
                    decision = table.Column<long>(type: "bigint", nullable: true),
                    vlan = table.Column<string>(type: "text", nullable: true),
                    address = table.Column<string>(type: "text", nullable: true),
                    started = table.Column<long>(type: "bigint", nullable: false),
                    last_seen = table.Column<long>(type: "bigint", nullable: false),
                    ended = table.Column<long>(type: "bigint", nullable: true),
                    cause = table.Column<string>(type: "text", nullable: true),
                    bytes_in = table.Column<long>(type: "bigint", nullable: true),
                    bytes_out = table.Column<long>(type: "bigint", nullable: true),
                    has_start = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admission_sessions", x => new { x.nas, x.id });
                });

            migrationBuilder.CreateTable(
                name: "admission_switches",
                columns: table => new
                {
                    address = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admission_switches", x => x.address);
                });

            migrationBuilder.CreateTable(
                name: "device_attestations",
                columns: table => new
                {
                    device = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    record = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_device_attestations", x => x.device);
                });

            migrationBuilder.CreateTable(
                name: "device_data_keys",
                columns: table => new
                {
                    key_id = table.Column<string>(type: "text", nullable: false),
                    scope = table.Column<string>(type: "text", nullable: false),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    not_before = table.Column<long>(type: "bigint", nullable: false),
                    not_after = table.Column<long>(type: "bigint", nullable: false),
                    secret = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_device_data_keys", x => x.key_id);
                });

            migrationBuilder.CreateTable(
                name: "device_keys",
                columns: table => new
                {
                    certificate = table.Column<string>(type: "text", nullable: false),
                    device = table.Column<long>(type: "bigint", nullable: false),
                    public_key = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_device_keys", x => x.certificate);
                });

            migrationBuilder.CreateTable(
                name: "device_telemetry",
                columns: table => new
                {
                    device = table.Column<long>(type: "bigint", nullable: false),
                    counter = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    received = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_device_telemetry", x => new { x.device, x.counter });
                });

            migrationBuilder.CreateTable(
                name: "device_telemetry_states",
                columns: table => new
                {
                    device = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_device_telemetry_states", x => x.device);
                });

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
                name: "IX_action_devices_device",
                table: "action_devices",
                column: "device");

            migrationBuilder.CreateIndex(
                name: "IX_actions_finding",
                table: "actions",
                column: "finding");

            migrationBuilder.CreateIndex(
                name: "IX_actions_state",
                table: "actions",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_actions_until",
                table: "actions",
                column: "until");

            migrationBuilder.CreateIndex(
                name: "IX_admission_approvals_ends",
                table: "admission_approvals",
                column: "ends");

            migrationBuilder.CreateIndex(
                name: "IX_admission_decisions_at",
                table: "admission_decisions",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_admission_decisions_device_at",
                table: "admission_decisions",
                columns: new[] { "device", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_admission_decisions_mac_at",
                table: "admission_decisions",
                columns: new[] { "mac", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_admission_decisions_outcome_at",
                table: "admission_decisions",
                columns: new[] { "outcome", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_admission_decisions_segment_at",
                table: "admission_decisions",
                columns: new[] { "segment", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_admission_sessions_ended",
                table: "admission_sessions",
                column: "ended");

            migrationBuilder.CreateIndex(
                name: "IX_admission_sessions_id",
                table: "admission_sessions",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "IX_admission_sessions_mac_started",
                table: "admission_sessions",
                columns: new[] { "mac", "started" });

            migrationBuilder.CreateIndex(
                name: "IX_device_data_keys_scope_epoch",
                table: "device_data_keys",
                columns: new[] { "scope", "epoch" },
                unique: true);

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
                name: "action_devices");

            migrationBuilder.DropTable(
                name: "actions");

            migrationBuilder.DropTable(
                name: "admission_approvals");

            migrationBuilder.DropTable(
                name: "admission_decisions");

            migrationBuilder.DropTable(
                name: "admission_numbers");

            migrationBuilder.DropTable(
                name: "admission_rules");

            migrationBuilder.DropTable(
                name: "admission_segments");

            migrationBuilder.DropTable(
                name: "admission_sessions");

            migrationBuilder.DropTable(
                name: "admission_switches");

            migrationBuilder.DropTable(
                name: "device_attestations");

            migrationBuilder.DropTable(
                name: "device_data_keys");

            migrationBuilder.DropTable(
                name: "device_keys");

            migrationBuilder.DropTable(
                name: "device_telemetry");

            migrationBuilder.DropTable(
                name: "device_telemetry_states");

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
