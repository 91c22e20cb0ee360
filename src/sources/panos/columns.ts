/**
 * Columns of a PAN-OS TRAFFIC record in the order of the syslog field description (PAN-OS 9.0 to 11.1). Newer versions
 * append; what stands behind the last one named here is not read, but for the high-resolution time.
 */
import { type Column, Columns } from '../record.ts';

const DEVICE = ['category', 'profile', 'model', 'vendor', 'os_family', 'os_version', 'hostname', 'mac'];

const NAMES: readonly string[] = [
  'format',
  'receive_time',
  'serial',
  'type',
  'sub_type',
  'config_version',
  'generated_time',
  'source',
  'destination',
  'source_nat',
  'destination_nat',
  'rule',
  'source_user',
  'destination_user',
  'application',
  'virtual_sys',
  'source_zone',
  'destination_zone',
  'ingress_interface',
  'egress_interface',
  'log_profile',
  'reserved_22',
  'flow_id',
  'repeat_count',
  'source_port',
  'destination_port',
  'source_nat_port',
  'destination_nat_port',
  'flags',
  'protocol',
  'action',
  'bytes',
  'bytes_sent',
  'bytes_received',
  'packets',
  'start_time',
  'elapsed',
  'url_category',
  'reserved_39',
  'sequence_number',
  'action_flags',
  'source_country',
  'destination_country',
  'reserved_44',
  'packets_sent',
  'packets_received',
  'end_reason',
  'device_group_1',
  'device_group_2',
  'device_group_3',
  'device_group_4',
  'virtual_sys_name',
  'device_name',
  'action_source',
  'source_vm_uuid',
  'destination_vm_uuid',
  'tunnel_id',
  'monitor_tag',
  'parent_session_id',
  'parent_start_time',
  'tunnel_type',
  'sctp_association',
  'sctp_chunks',
  'sctp_chunks_sent',
  'sctp_chunks_received',
  'rule_uuid',
  'http2_connection',
  'link_change_count',
  'policy_id',
  'link_switches',
  'sdwan_cluster',
  'sdwan_device_type',
  'sdwan_cluster_type',
  'sdwan_site',
  'dynamic_user_group',
  'forwarded_for',
  ...DEVICE.map((name) => `source_device_${name}`),
  ...DEVICE.map((name) => `destination_device_${name}`),
];

/** Columns of a TRAFFIC record. */
export const panosColumns = new Columns(NAMES);

/** Number of a column the program itself names. */
export function panosColumn(name: string): Column {
  return panosColumns.get(name);
}

/** A record that ends before its action cannot say what happened; older versions end anywhere behind it. */
export const LEAST_COLUMNS = panosColumn('action') + 1;
