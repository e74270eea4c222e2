using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Device;

/// <summary>What the tabs of a device have in common.</summary>
public abstract class DeviceTabBase : ComponentBase
{
    /// <summary>What the ledger knows of the device.</summary>
    [Parameter]
    [EditorRequired]
    public DeviceDetail Detail { get; set; } = null!;

    /// <summary>Newest data; null when nothing was seen.</summary>
    [Parameter]
    public CaptureTime? AsOf { get; set; }

    /// <summary>Who looks.</summary>
    [Parameter]
    [EditorRequired]
    public Actor Person { get; set; } = null!;

    /// <summary>Called after something was changed: the page reads again.</summary>
    [Parameter]
    public EventCallback<LedgerResult> OnChanged { get; set; }

    /// <summary>Texts of the page.</summary>
    [Inject]
    protected IStringLocalizer<DevicePage> T { get; set; } = null!;

    /// <summary>Shared words.</summary>
    [Inject]
    protected IStringLocalizer<Words> W { get; set; } = null!;

    /// <summary>How this person reads.</summary>
    [Inject]
    protected Formats F { get; set; } = null!;
}
