using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Modbus;

/// <summary>Names of functions and exceptions. Application Protocol V1.1b3, sections 6 and 7.</summary>
internal static class ModbusNames
{
    public static string Function(byte function) => function switch
    {
        1 => "READ_COILS",
        2 => "READ_DISCRETE_INPUTS",
        3 => "READ_HOLDING_REGISTERS",
        4 => "READ_INPUT_REGISTERS",
        5 => "WRITE_SINGLE_COIL",
        6 => "WRITE_SINGLE_REGISTER",
        7 => "READ_EXCEPTION_STATUS",
        8 => "DIAGNOSTICS",
        11 => "GET_COMM_EVENT_COUNTER",
        12 => "GET_COMM_EVENT_LOG",
        15 => "WRITE_MULTIPLE_COILS",
        16 => "WRITE_MULTIPLE_REGISTERS",
        17 => "REPORT_SLAVE_ID",
        20 => "READ_FILE_RECORD",
        21 => "WRITE_FILE_RECORD",
        22 => "MASK_WRITE_REGISTER",
        23 => "READ_WRITE_MULTIPLE_REGISTERS",
        24 => "READ_FIFO_QUEUE",
        43 => "ENCAP_INTERFACE_TRANSPORT",
        90 => "UMAS",
        _ => string.Create(CultureInfo.InvariantCulture, $"function-{function}"),
    };

    /// <summary>What a diagnostic does. Section 6.8.</summary>
    public static string Diagnostic(int subfunction) => subfunction switch
    {
        0 => "return-query-data",
        1 => "restart-communications",
        2 => "return-diagnostic-register",
        3 => "change-delimiter",
        4 => "force-listen-only",
        10 => "clear-counters",
        11 => "return-bus-message-count",
        12 => "return-bus-error-count",
        13 => "return-exception-count",
        14 => "return-server-message-count",
        15 => "return-server-no-response-count",
        16 => "return-server-nak-count",
        17 => "return-server-busy-count",
        18 => "return-overrun-count",
        20 => "clear-overrun-counter",
        _ => string.Create(CultureInfo.InvariantCulture, $"diagnostic-{subfunction}"),
    };

    public static string Exception(byte code) => code switch
    {
        1 => "ILLEGAL_FUNCTION",
        2 => "ILLEGAL_DATA_ADDRESS",
        3 => "ILLEGAL_DATA_VALUE",
        4 => "SLAVE_DEVICE_FAILURE",
        5 => "ACKNOWLEDGE",
        6 => "SLAVE_DEVICE_BUSY",
        8 => "MEMORY_PARITY_ERROR",
        10 => "GATEWAY_PATH_UNAVAILABLE",
        11 => "GATEWAY_TARGET_DEVICE_FAILED_TO_RESPOND",
        _ => string.Create(CultureInfo.InvariantCulture, $"exception-{code}"),
    };
}
