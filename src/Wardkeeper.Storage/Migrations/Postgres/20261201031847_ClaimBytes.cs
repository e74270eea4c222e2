using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Postgres
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
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ByteSide",
                table: "LedgerClaims",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ByteStart",
                table: "LedgerClaims",
                type: "bigint",
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
