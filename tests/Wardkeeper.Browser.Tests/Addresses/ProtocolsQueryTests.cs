using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Protocols;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Addresses;

public class ProtocolsQueryTests
{
    [Fact]
    public void The_address_holds_the_whole_view_and_lines_lead_to_their_rows_in_the_same_time()
    {
        ProtocolsQuery full = new(new TableView(new SortOrder("failures", true), 2, ["from"])) { Tab = "hl7", Range = new TimeRange("7d"), From = CaptureTime.FromSeconds(1_795_478_400), Text = "泵 & 50%", Device = 7, Ip = Address.FromV4(0x0A4D0A01), IsFailed = true, At = "hl7|10.77.10.1" };
        AddressQuery address = AddressQuery.Of(full.Address());
        Assert.Equal(full.Address(), ProtocolsQuery.Read(address).Address());
        Assert.Empty(address.Problems);
        Conversation line = new()
        {
            Originator = new HistoryEnd(7, Address.FromV4(0x0A4D0A01), 0, default),
            Responder = new HistoryEnd(8, Address.FromV4(0x0A4D0A02), 0, default),
            Log = "hl7",
            Names = ["true", "LIS:1", null, "HIS", null],
            Facts = [],
            Kinds = [],
        };
        TrafficQuery rows = TrafficQuery.Read(AddressQuery.Of(full.Rows(line, new ConversationKind(["ORU^R01"], 3, 1, default))));
        Assert.Equal(new RowValue[] { new("is_orig", "true"), new("msh_3", "LIS:1"), new("msh_4", ""), new("msh_5", "HIS"), new("msh_6", ""), new("message_type", "ORU^R01") }, rows.Fields);
        Assert.Equal((true, true, true, 7L, "7d", full.From, "泵 & 50%"), (rows.IsTransactions, rows.IsDirected, rows.IsFailed, rows.Device, rows.Range.Name, rows.From, rows.Text));
    }

    [Theory]
    [InlineData("/protocols?tab=fax", "tab", "fax")]
    [InlineData("/protocols?tab=remote&failed=yes", "failed", null)]
    [InlineData("/protocols?sort=bytes", "sort", "bytes")]
    [InlineData("/traffic?field=x", "field", "x")]
    public void What_is_not_understood_is_reported(string address, string key, string? value)
    {
        AddressQuery query = AddressQuery.Of(address);
        if (query.Path == "/traffic") TrafficQuery.Read(query);
        else ProtocolsQuery.Read(query);
        Assert.Equal([new AddressProblem(key, value)], query.Problems);
    }

    [Fact]
    public void Columns_of_logs_are_fields_that_the_logs_have_and_meanings_are_those_of_the_row()
    {
        Assert.All(LogColumns.Logs, log => Assert.Empty(LogColumns.Of(log).Except(FieldMeanings.FieldsOf(log))));
        Assert.NotEqual(FieldMeanings.Of("dicom", ["kind", "command", "status"])["kind"], FieldMeanings.Of("dicom", ["kind", "result", "contexts"])["kind"]);
    }
}
