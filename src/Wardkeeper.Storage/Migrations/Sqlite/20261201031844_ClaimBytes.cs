using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ClaimBytes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ByteLength",
                table: "LedgerClaims",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ByteSide",
                table: "LedgerClaims",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ByteStart",
                table: "LedgerClaims",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ByteLength",
                table: "LedgerClaims");

            migrationBuilder.DropColumn(
                name: "ByteSide",
                table: "LedgerClaims");

            migrationBuilder.DropColumn(
                name: "ByteStart",
                table: "LedgerClaims");
        }
    }
}
