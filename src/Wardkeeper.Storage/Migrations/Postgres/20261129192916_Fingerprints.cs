using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Fingerprints : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Fingerprint",
                table: "LedgerDevices",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TypeBefore",
                table: "LedgerDevices",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TypeGuess",
                table: "LedgerDevices",
                type: "text",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Fingerprint",
                table: "LedgerDevices",
                column: "Fingerprint",
                filter: "\"IsListed\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_LedgerDevices_Fingerprint",
                table: "LedgerDevices");

            migrationBuilder.DropColumn(
                name: "Fingerprint",
                table: "LedgerDevices");

            migrationBuilder.DropColumn(
                name: "TypeBefore",
                table: "LedgerDevices");

            migrationBuilder.DropColumn(
                name: "TypeGuess",
                table: "LedgerDevices");
        }
    }
}
