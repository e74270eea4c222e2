using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Astm;
using static Wardkeeper.Sensor.Tests.Protocols.Astm.AstmText;

namespace Wardkeeper.Sensor.Tests.Protocols.Astm;

public sealed class AstmSenderTests
{
    [Theory]
    [InlineData("cobas-e411^1.05", "Roche", "cobas-e411", null, "1.05")]
    [InlineData("SENAITE^Roche^c111^4.2.2.1730^1^13147", "Roche", "c111", "13147", "4.2.2.1730")]
    [InlineData("c311^1", "Roche", "c311", null, null)]
    [InlineData("DCA VANTAGE^04.04.00.00^S067337", "Siemens Healthineers", "DCA VANTAGE", "S067337", "04.04.00.00")]
    [InlineData("    XN-550^00-24^22723^^^^BD634545", "Sysmex", "XN-550", "22723", "00-24")]
    [InlineData("XP-100^00-13^^^^A7869^BS649542", "Sysmex", "XP-100", "A7869", "00-13")]
    [InlineData("H500^910YOXH02826^2.2.2.2b", "HORIBA", "H500", "910YOXH02826", "2.2.2.2b")]
    [InlineData("Afinion 2 Analyzer^^AF20052397", "Abbott", "Afinion 2 Analyzer", "AF20052397", null)]
    [InlineData(".806149 Happy Hospital^GeneXpert^4.8", "Cepheid", "GeneXpert", null, "4.8")]
    [InlineData("Abbott^Architect^i2000", "Abbott", "Architect i2000", null, null)]
    [InlineData("Beckman^AU5800^V2.1", "Beckman Coulter", "AU5800", null, "V2.1")]
    [InlineData("Mindray^BA-88A^1.0", "Mindray", "BA-88A", null, "1.0")]
    [InlineData("miniVidas^biomerieux^1.0.0", "bioMérieux", "miniVidas", null, "1.0.0")]
    [InlineData("SE-1520^Spotchem^1.0.0", "ARKRAY", "SE-1520", null, "1.0.0")]
    [InlineData("STAGO^START4^V1.0", "Stago", "START4", null, "V1.0")]
    [InlineData("cobas c311^04-01^1234-56", "Roche", "cobas c311", "1234-56", "04-01")]
    [InlineData("ABX", "HORIBA", null, null, null)]
    [InlineData("NEWLYZER 9^1.2.3^SN12345", null, "NEWLYZER 9", "SN12345", "1.2.3")]
    [InlineData("European^Analyzer^V3.0", null, null, null, "V3.0")]
    [InlineData("LIS", null, null, null, null)]
    [InlineData("", null, null, null, null)]
    public void Each_component_is_told_by_what_it_looks_like(string sender, string? vendor, string? model, string? serial, string? software)
    {
        AstmTransfer row = Single(Transfer([@"H|\^&|||" + sender, "R|1|^^^TSH|1", "L|1|N"]));
        Assert.Equal((vendor, model, serial, software), (row.Vendor, row.Model, row.Serial, row.Software));
    }

    [Fact]
    public void An_analyser_and_its_host_are_stated_with_what_the_header_names()
    {
        FlowView view = Conversation.View();
        Claim[] claims = [.. Play(Transfer([@"H|\^&|||DCA VANTAGE^04.04.00.00^S067337", "R|1|^^^Alb|1", "L|1|N"])).Observe(view).OfType<Claim>()];
        Assert.Equal(
            [
                (view.Client, ClaimKind.Role, "astm-analyser"), (view.Client, ClaimKind.Description, "DCA VANTAGE^04.04.00.00^S067337"), (view.Client, ClaimKind.Vendor, "Siemens Healthineers"),
                (view.Client, ClaimKind.Model, "DCA VANTAGE"), (view.Client, ClaimKind.Type, "point-of-care-analyser"), (view.Client, ClaimKind.SerialNumber, "S067337"), (view.Client, ClaimKind.Software, "04.04.00.00"), (view.Server, ClaimKind.Role, "astm-host"),
            ],
            claims.Select(claim => (claim.Subject, claim.Kind, claim.Value)));
    }

    [Fact]
    public void A_host_that_sends_orders_is_no_analyser_whatever_it_calls_itself()
    {
        FlowView view = Conversation.View();
        IReadOnlyList<Observation> seen = Play(Transfer([@"H|\^&|||cobas IT^2.0", "P|1|HL1", "O|1|S1||^^^TSH", "L|1|N"], Side.Server)).Observe(view);
        Assert.Equal([(view.Server, "astm-host"), (view.Client, "astm-analyser")], seen.OfType<Claim>().Select(claim => (claim.Subject, claim.Value)));
        Assert.Equal("cobas IT^2.0", Assert.Single(seen.OfType<ServiceSighting>()).Banner);
    }

    [Fact]
    public void A_message_nobody_answers_says_nothing_of_its_receiver()
    {
        FlowView view = Conversation.View();
        IReadOnlyList<Observation> seen = Play(Said.Client(string.Join('\r', Result))).Observe(view);
        Assert.All(seen, one => Assert.Equal(view.Client, one.Subject));
        Assert.Empty(seen.OfType<ServiceSighting>());
    }
}
