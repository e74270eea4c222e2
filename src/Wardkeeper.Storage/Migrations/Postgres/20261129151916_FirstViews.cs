using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class FirstViews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "default_for",
                table: "saved_views",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "is_first",
                table: "saved_views",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "default_for",
                table: "saved_views");

            migrationBuilder.DropColumn(
                name: "is_first",
                table: "saved_views");
        }
    }
}
