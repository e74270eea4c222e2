using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class PublishedServices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "published_services",
                columns: table => new
                {
                    publishing = table.Column<long>(type: "INTEGER", nullable: false),
                    row = table.Column<int>(type: "INTEGER", nullable: false),
                    outside = table.Column<string>(type: "TEXT", nullable: false),
                    outside_first = table.Column<int>(type: "INTEGER", nullable: false),
                    outside_last = table.Column<int>(type: "INTEGER", nullable: false),
                    inside = table.Column<string>(type: "TEXT", nullable: false),
                    inside_first = table.Column<int>(type: "INTEGER", nullable: false),
                    inside_last = table.Column<int>(type: "INTEGER", nullable: false),
                    carrier = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: true),
                    is_in_force = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_published_services", x => new { x.publishing, x.row });
                });

            migrationBuilder.CreateTable(
                name: "publishing_tables",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    format = table.Column<string>(type: "TEXT", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    services = table.Column<long>(type: "INTEGER", nullable: false),
                    problem_count = table.Column<long>(type: "INTEGER", nullable: false),
                    problems = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_publishing_tables", x => x.number);
                });

            migrationBuilder.CreateIndex(
                name: "IX_published_services_is_in_force_inside",
                table: "published_services",
                columns: new[] { "is_in_force", "inside" });

            migrationBuilder.CreateIndex(
                name: "IX_publishing_tables_state",
                table: "publishing_tables",
                column: "state");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "published_services");

            migrationBuilder.DropTable(
                name: "publishing_tables");
        }
    }
}
