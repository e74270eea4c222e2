using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Cases : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "cases",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    progress = table.Column<double>(type: "REAL", nullable: false),
                    packets = table.Column<long>(type: "INTEGER", nullable: false),
                    first = table.Column<long>(type: "INTEGER", nullable: true),
                    last = table.Column<long>(type: "INTEGER", nullable: true),
                    devices = table.Column<long>(type: "INTEGER", nullable: false),
                    findings = table.Column<long>(type: "INTEGER", nullable: false),
                    problems = table.Column<string>(type: "TEXT", nullable: false),
                    kept_because = table.Column<string>(type: "TEXT", nullable: true),
                    kept_until = table.Column<long>(type: "INTEGER", nullable: true),
                    has_file = table.Column<bool>(type: "INTEGER", nullable: false),
                    can_open = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_cases", x => x.number);
                });

            migrationBuilder.CreateIndex(
                name: "IX_cases_at",
                table: "cases",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_cases_kept_until",
                table: "cases",
                column: "kept_until");

            migrationBuilder.CreateIndex(
                name: "IX_cases_made_by",
                table: "cases",
                column: "made_by");

            migrationBuilder.CreateIndex(
                name: "IX_cases_state",
                table: "cases",
                column: "state");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cases");
        }
    }
}
