using CsCheck;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Tests.Protocols;

public sealed class SqlStatementTests
{
    [Theory]
    [InlineData("SELECT name FROM patient WHERE id = 4711", "SELECT name FROM patient WHERE id = ?")]
    [InlineData("select * from `patient` where name='O''Brien'", "select * from `patient` where name=?")]
    [InlineData("INSERT INTO [lab].[result] VALUES (N'张伟', 0x4F, 3.5e2)", "INSERT INTO [lab].[result] VALUES (N?, ?, ?)")]
    [InlineData("select /* 张伟 */ 1 -- Zhang\nfrom dual", "select ? from dual")]
    [InlineData("SELECT $1, $$Zhang San$$, $x$Li$x$ FROM t", "SELECT $?, ?, ? FROM t")]
    [InlineData("update t set note = 'C:\\' , name = 'Zhang San'", "update t set note = ?")]
    [InlineData("update t set name = 'O\\'Brien', ward = 'ICU'", "update t set name = ?")]
    [InlineData("select 张伟 from t", "select ? from t")]
    [InlineData("select a张伟 from t", "select ? from t")]
    [InlineData("select 'open", "select ?")]
    [InlineData("SELECT @@version", "SELECT @@version")]
    [InlineData("4711", null)]
    [InlineData("", null)]
    public void Values_become_question_marks(string statement, string? shape) => Assert.Equal(shape, SqlStatement.Shape(statement));

    [Fact]
    public void Bytes_and_characters_have_the_same_shape() =>
        Assert.Equal("select ? from t", SqlStatement.Shape("select '\u5f20\u4f1f' from t"u8));

    [Fact]
    public void What_stands_in_quotes_never_shows() =>
        Gen.String[Gen.Char['a', 'z'], 8, 12].Select(Gen.Int[0, 3]).Holds((secret, how) =>
        {
            string quoted = how switch { 0 => $"'{secret}'", 1 => $"\"{secret}\"", 2 => $"'it''s {secret}'", _ => $"'\\\\{secret}'" };
            string? shape = SqlStatement.Shape($"select x from t where a = {quoted} and b = 'y'");
            Assert.DoesNotContain(secret, shape, StringComparison.Ordinal);
        });

    [Fact]
    public void Nothing_breaks_it() => Gen.String[0, 4000].Holds(text => Assert.True((SqlStatement.Shape(text)?.Length ?? 0) <= SqlStatement.Longest));
}
