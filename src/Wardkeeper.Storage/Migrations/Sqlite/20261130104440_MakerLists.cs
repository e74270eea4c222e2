using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class MakerLists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "trust_maker_lists",
                columns: table => new
                {
                    issuer = table.Column<string>(type: "TEXT", nullable: false),
                    issuer_name = table.Column<string>(type: "TEXT", nullable: false),
                    root = table.Column<long>(type: "INTEGER", nullable: false),
                    made = table.Column<long>(type: "INTEGER", nullable: false),
                    next = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked = table.Column<int>(type: "INTEGER", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    importer = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trust_maker_lists", x => x.issuer);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "trust_maker_lists");
        }
    }
}
