using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Postgres
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
                    issuer = table.Column<string>(type: "text", nullable: false),
                    issuer_name = table.Column<string>(type: "text", nullable: false),
                    root = table.Column<long>(type: "bigint", nullable: false),
                    made = table.Column<long>(type: "bigint", nullable: false),
                    next = table.Column<long>(type: "bigint", nullable: true),
                    revoked = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    importer = table.Column<string>(type: "text", nullable: false)
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
