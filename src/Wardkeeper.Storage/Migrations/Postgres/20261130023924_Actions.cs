using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Actions : Migration
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "action_devices");

            migrationBuilder.DropTable(
                name: "actions");
        }
    }
}
